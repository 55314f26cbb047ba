// Prints the Khronos validator's report of a GLB as JSON. Usage: node validate.mjs VALIDATOR_FOLDER FILE.glb
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, file] = process.argv.slice(2);
const validator = createRequire(import.meta.url)(folder);
const report = await validator.validateBytes(new Uint8Array(readFileSync(file)), { maxIssues: 0, writeTimestamp: false });
process.stdout.write(JSON.stringify(report));
