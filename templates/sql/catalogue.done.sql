SELECT count(*) = 2
FROM cfsb.services
JOIN cfsb.plans USING (service_id)
WHERE services.name = 'postgres' AND plans.name IN ('shared-nr', 'shared')
