"""Slides: PDF files in, pictures and texts of their pages out; notes read from a file.

What is uploaded is untrusted: it is read in a child process with limits (:mod:`turia.slides.safely`), by pypdfium2,
which :mod:`turia.slides.pdf` alone imports. Scripts, forms, attachments and links of a file come to nothing.
"""
