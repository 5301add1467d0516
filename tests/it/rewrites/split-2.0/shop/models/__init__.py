from .customers import Customer
from .orders import Order
