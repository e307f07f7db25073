/** `node scripts/oke/main.ts --compartment OCID`: an OKE cluster of the Always Free tier; doing it again makes what is missing. */
import { parseArgs } from 'node:util';
import { plannedCloud, realCloud } from './clouds.ts';
import { ensureCluster } from './ensure-cluster.ts';

const HELP = `node scripts/oke/main.ts --compartment OCID [options]

--compartment OCID           where everything is made; the tenancy's own OCID is one
--plan                       prints each call and makes none
--admin-cidr CIDR            who may talk to the Kubernetes API, by default everyone (who has a key)
--kubernetes-version VERSION by default the newest that the region has
--availability-domain N      1, 2 or 3; another one when that is "out of host capacity"`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

try {
  const { values } = parseArgs({
    options: {
      compartment: text,
      'admin-cidr': { ...text, default: '0.0.0.0/0' },
      'kubernetes-version': text,
      'availability-domain': { ...text, default: '1' },
      plan: flag,
      help: flag,
    },
  });
  if (values.help) console.log(HELP);
  else {
    if (!values.compartment) throw new Error(`Which compartment?\n\n${HELP}`);
    await ensureCluster(values.plan ? plannedCloud(console.log) : realCloud(console.log), {
      compartment: values.compartment,
      admin_cidr: values['admin-cidr'],
      kubernetes_version: values['kubernetes-version'] ?? null,
      availability_domain: Number(values['availability-domain']),
    });
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
