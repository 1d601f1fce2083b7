"""What is kept: tables, repositories, the writer, blobs, migrations."""
