"""Small ideas that every app uses: plain Python, no Django."""
