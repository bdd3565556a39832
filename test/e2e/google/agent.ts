import { join } from 'node:path';
import { programs } from './programs';

export const PROJECT = 'acme-agents';
export const SECRET = 'projects/acme-test/secrets/erp';
export const EXPIRY = 'request.time < timestamp("2027-03-31T00:00:00Z")';

interface AgentConfiguration {
  readonly stage: 'test' | 'production';
  /** False: `removed` blocks take the agent's place. @default true */
  readonly present?: boolean;
}

/** One agent, written by hand as the construct should render it: account, then teardown, then grants. */
export async function agent({ stage, present = true }: AgentConfiguration): Promise<object> {
  const command = `"${process.execPath}" "${join(await programs, 'teardown', 'index.js')}"`;
  const provisioner = [{
    'local-exec': { when: 'destroy', command, environment: { NHI_TEARDOWN: '${self.input}', ...present ? { NHI_STAGE_NOW: stage } : {} } },
  }];
  return {
    terraform: { required_providers: { google: { source: 'google', version: '6.50.0' } } },
    provider: { google: [{ project: PROJECT, region: 'europe-west1' }] },
    ...present ? { resource: resources(stage, provisioner) } : { removed: removed(provisioner) },
  };
}

function resources(stage: string, provisioner: object[]): object {
  const member = '${google_service_account.InvoiceBot_Account.member}';
  const condition = { title: 'nhi-expiry', expression: EXPIRY };
  const depends_on = ['terraform_data.InvoiceBot_Teardown'];
  return {
    google_service_account: {
      InvoiceBot_Account: { account_id: `invoice-bot-${stage}`, display_name: `invoice-bot (${stage})`, description: 'Matches supplier invoices to purchase orders' },
    },
    terraform_data: {
      InvoiceBot_Teardown: {
        input: JSON.stringify({
          version: 1,
          agentName: 'invoice-bot',
          stage,
          project: PROJECT,
          accountEmail: '${google_service_account.InvoiceBot_Account.email}',
          accountUniqueId: '${google_service_account.InvoiceBot_Account.unique_id}',
          projects: [PROJECT, `acme-${stage}`],
          folders: ['folders/42'],
          resources: [{ kind: 'secret', name: SECRET }, { kind: 'bucket', name: 'buckets/acme-invoices' }],
          ownSecrets: ['projects/acme-agents/secrets/invoice-bot-own'],
        }),
        triggers_replace: '${google_service_account.InvoiceBot_Account.email}',
        provisioner,
      },
    },
    google_project_iam_member: {
      InvoiceBot_Jobs: { project: `acme-${stage}`, role: 'roles/bigquery.jobUser', member, condition, depends_on },
    },
    google_secret_manager_secret_iam_member: {
      InvoiceBot_Erp: { secret_id: SECRET, role: 'roles/secretmanager.secretAccessor', member, condition, depends_on },
    },
  };
}

function removed(provisioner: object[]): object[] {
  const lifecycle = { destroy: true };
  return [
    { from: 'google_project_iam_member.InvoiceBot_Jobs', lifecycle },
    { from: 'google_secret_manager_secret_iam_member.InvoiceBot_Erp', lifecycle },
    { from: 'terraform_data.InvoiceBot_Teardown', lifecycle, provisioner },
    { from: 'google_service_account.InvoiceBot_Account', lifecycle },
  ];
}
