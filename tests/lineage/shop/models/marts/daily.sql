{{ config(materialized='incremental', unique_key='day') }}
{% set states = ['open', 'paid'] %}
select
    placed_on as day,
    {% for state in states %}
    sum(case when status = '{{ state }}' then total end) as {{ state }}_total{{ ',' if not loop.last }}
    {% endfor %}
from {{ ref('stg_orders') }}
{% if is_incremental() %}
where placed_on > (select max(day) from {{ this }})
{% endif %}
group by 1
