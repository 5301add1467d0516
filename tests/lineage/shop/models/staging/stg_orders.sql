select
    id as order_id,
    customer_id,
    cast(placed_at as date) as placed_on,
    {{ units('total_cents') }} as total,
    status
from {{ source('app', 'orders') }}
where placed_at >= '{{ var("first_day") }}'
