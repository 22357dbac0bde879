"""Where things are kept: ports (what is asked), open.py (URL -> adapter), one file a technology."""
