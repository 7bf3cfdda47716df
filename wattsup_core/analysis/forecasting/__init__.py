"""The days ahead: methods, their trial on the past, and intervals learned from that trial."""
