{% snapshot customer_history %}
{{ config(target_schema='history', unique_key='customer_id', strategy='check', check_cols='all') }}
select * from {{ ref('stg_customers') }}
{% endsnapshot %}
