from apps.core.bounded_time import BoundedTimeField

__all__ = ["BoundedTimeField"]  # where the first migration looks for it
