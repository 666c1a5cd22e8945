"""What the web server answers beside Streamlit: guard, headers, documents, health."""
