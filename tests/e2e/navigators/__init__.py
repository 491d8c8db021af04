"""What people of each role do on the pages, one method a step, so that stories read as stories."""
