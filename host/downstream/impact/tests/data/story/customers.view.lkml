view: customers {
  sql_table_name: analytics.marts.customers ;;
  dimension: id { primary_key: yes sql: ${TABLE}.customer_id ;; }
  dimension: revenue { type: number sql: ${TABLE}.revenue ;; }
  measure: total_revenue { type: sum sql: ${revenue} ;; }
}
explore: customers {}
