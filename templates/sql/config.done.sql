SELECT count(*) = 4
FROM rdpg.config
WHERE key IN ('BackupsPath', 'BackupPort', 'pgDumpBinaryLocation', 'defaultDaysToKeepFileHistory')
