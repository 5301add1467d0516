select
    c.customer_id,
    c.name,
    r.region,
    sum(p.total) as revenue,
    max(p.placed_on) as last_paid_on
from {{ ref('stg_customers') }} as c
left join {{ ref('paid_orders') }} as p on p.customer_id = c.customer_id
left join {{ ref('regions') }} as r on r.customer_id = c.customer_id
group by all
