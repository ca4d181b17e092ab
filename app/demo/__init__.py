"""A made-up municipality, run through the main job by the services that people use."""

from app.demo.run import run_demo
from app.demo.summary import Summary

__all__ = ["Summary", "run_demo"]
