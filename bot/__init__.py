"""Sambut: the front door of a company's customer service."""
