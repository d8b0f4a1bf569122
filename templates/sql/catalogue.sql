-- The service that is offered, and its two plans.
INSERT INTO cfsb.services (name, description, bindable)
VALUES ('postgres', 'Reliable PostgreSQL Service', true)
ON CONFLICT (name) DO NOTHING;

INSERT INTO cfsb.plans (service_id, name, description, cluster_service)
SELECT service_id, plan.name, plan.description, plan.cluster_service
FROM cfsb.services,
     (VALUES ('shared-nr', 'A PostgreSQL database on a shared server, not replicated', 'postgresql'),
             ('shared', 'A reliable PostgreSQL database on a shared cluster', 'pgbdr')
     ) AS plan (name, description, cluster_service)
WHERE services.name = 'postgres'
ON CONFLICT (service_id, name) DO NOTHING;
