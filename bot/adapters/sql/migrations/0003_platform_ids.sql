-- Some of a platform's messages name its order by a key of the platform's own.
CREATE INDEX orders_by_platform_id ON orders (source, json_extract(doc, '$.platform_id'))
WHERE json_extract(doc, '$.platform_id') IS NOT NULL;
