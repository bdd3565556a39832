import { Finding } from './tools';

/** Findings that are not about this library's constructs: in the users' own resources of the examples, and in what the CDK adds by itself. */
interface Acknowledged {
  readonly rules: readonly string[];
  readonly at: RegExp;
  readonly reason: string;
}

export const ACKNOWLEDGED: readonly Acknowledged[] = [
  {
    rules: ['AwsSolutions-DDB3', 'CKV_AWS_28', 'CKV_AWS_119'],
    at: /\/(Invoices(F0222E8D)?|Orders(A9B65338)?|Orders\/Table(CD117FA1)?)(\/Resource)?$/,
    reason: 'The examples show agents. How a team backs up and encrypts its own table is its own decision',
  },
  {
    rules: ['CKV_AWS_115', 'CKV_AWS_116', 'CKV_AWS_117', 'CKV_AWS_173'],
    at: /\/(Bot116EC4F6|RemoveUser69480A7D|Work\w*[0-9A-F]{8})$/,
    reason: 'The examples show agents. Concurrency, dead letters, network and keys of a team\'s own function are its own decision',
  },
  {
    rules: ['AwsSolutions-SQS3', 'I3013', 'CKV_AWS_27'],
    at: /^eks\/ReceiptBot\/Receipts(59C0D3E0|\/Resource)$/,
    reason: 'The examples show agents. Dead letters, retention and keys of a team\'s own queue are its own decision',
  },
  {
    rules: ['I3510'],
    at: /^reviews\/Platform\/AgentsEngineRole/,
    reason: 'A Deny keeps the engine off the policies of the registry\'s own resources: pairs of an action and a resource of another service deny nothing more',
  },
  { rules: ['AwsSolutions-IAM4'], at: /^third-parties\/Erp\/RemoveUser\//, reason: 'The CDK gives the role of a function AWS\'s policy for logs; how a team writes its own function is its own decision' },
  { rules: ['AwsSolutions-SMG4', 'CKV_AWS_149'], at: /\/Erp/, reason: 'The login of a system outside of AWS, which a rotation of AWS can not change' },
  {
    rules: ['AwsSolutions-COG1', 'AwsSolutions-COG2', 'AwsSolutions-COG8'],
    at: /^reviews\/Platform\/Sponsors\//,
    reason: 'Nobody has a password in this pool: people sign in through IAM Identity Center, which has their passwords and second factors',
  },
  { rules: ['W3005'], at: /\/(Bot116EC4F6|RemoveUser69480A7D|SponsorsPage31F86462|Runtime99E3DDFA|Association|Work\w*[0-9A-F]{8})$/, reason: 'The CDK adds the dependency beside the reference, to any resource with a role' },
  {
    rules: ['AwsSolutions-IAM5', 'AwsSolutions-KMS5', 'AwsSolutions-S1', 'CKV_AWS_7', 'CKV_AWS_18', 'CKV_AWS_21', 'E3703', 'I3510', 'W3005'],
    at: /^pipelines\/Delivery\/Pipeline/,
    reason: 'CDK Pipelines makes the pipeline, its artifacts and their roles; the example shows what it deploys',
  },
  {
    rules: ['W3005', 'CKV_AWS_115', 'CKV_AWS_116', 'CKV_AWS_117'],
    at: /^development\/Development\/CustomS3AutoDeleteObjects/,
    reason: 'A function of the CDK for all buckets of a stack that are emptied with it: only a registry for development has one',
  },
];

/** Splits findings into those that stay without a reason, and the rules of the table above that found nothing. */
export function unexplained(findings: readonly Finding[]): { readonly findings: string[]; readonly unused: string[] } {
  const explains = ({ rules, at }: Acknowledged, finding: Finding): boolean => (rules.includes(finding.rule) || rules.includes(finding.rule.split('[')[0])) && at.test(finding.at);
  const unused = ACKNOWLEDGED.flatMap((row) => row.rules
    .filter((rule) => !findings.some((finding) => finding.rule.split('[')[0] === rule && explains(row, finding))).map((rule) => `${rule} at ${row.at}`));
  const left = findings.filter((finding) => !ACKNOWLEDGED.some((row) => explains(row, finding)));
  return { findings: left.map(({ rule, at }) => `${rule} ${at}`), unused };
}
