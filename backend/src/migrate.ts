/** The database's schema is brought up to date by itself, before anything of a new version starts; doing it again does nothing. */
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import { pino } from 'pino';
import { readServerConfig } from './config.ts';

/** EX_CONFIG of sysexits.h: whoever starts it need not try again before something has been set right. */
const WRONG_SETTINGS = 78;

const server = read();
const logger = pino({ level: server.log_level, base: { service: 'migrate' } });
const migrations = await migrate({ connectionString: server.database_url });
logger.info({ migrations }, migrations.length > 0 ? 'migrated' : 'the schema is up to date');

function read() {
  try {
    const { database_url, log_level } = readServerConfig(withoutEmpty(process.env));
    if (database_url !== null) return { database_url, log_level };
    throw new Error(
      'The configuration is wrong. DATABASE_URL: is not set; in Kubernetes it is the key database-url of the secret taskflow, which is to be made before the installation',
    );
  } catch (error) {
    console.error((error as Error).message);
    process.exit(WRONG_SETTINGS);
  }
}

/** Kubernetes hands over an empty key as an empty string. */
function withoutEmpty(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}
