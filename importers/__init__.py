"""Other people's files into the catalogue, and the catalogue into files.

Lives here: one reader per format (path to `records.Batch`, no database; `formats` lists them), the
shared steps that resolve names, check and write (`apply`), and the export. Others may import
`formats`, `apply` and `records`. The one rule: a row is written right or refused with file, line and reason.
"""
