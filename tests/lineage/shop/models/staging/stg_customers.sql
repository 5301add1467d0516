with renamed as (
    select id as customer_id, name, lower(email) as email from {{ source('app', 'customers') }}
)

select * from renamed
