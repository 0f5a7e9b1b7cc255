"""What the law asks: documents and a day go in, a verdict with its reasons comes out.

Pure: no clock, no database, no screen. The only files read here are the laws and the catalogue that
ship inside this package.
"""
