import { version } from '../../../package.json';
import { Severity } from '../../../src/core/identities/finding-rules';
import { escapeUnseen } from '../../../src/core/unseen';
import { Finding, Inventory, InventoryRow } from '../model';

const OCSF_VERSION = '1.3.0';
const SEVERITY: Readonly<Record<Severity, readonly [id: number, name: string]>> = { critical: [5, 'Critical'], high: [4, 'High'], medium: [3, 'Medium'], low: [2, 'Low'] };
const STANDARD = 'OWASP Non-Human Identities Top 10 - 2025';

/** One event a line: User Inventory Info (5003) for each identity, and Compliance Finding (2003) for each finding. https://schema.ocsf.io */
export function inventoryOcsf({ takenAt, rows }: Pick<Inventory, 'takenAt' | 'rows'>): string {
  const time = Date.parse(takenAt);
  return rows.flatMap((row) => [inventoryInfo(row, time), ...row.findings.map((finding) => complianceFinding(row, finding, time))]).map((event) => escapeUnseen(JSON.stringify(event))).join('\n');
}

function common(row: InventoryRow, time: number): object {
  return {
    time,
    metadata: { version: OCSF_VERSION, product: { name: 'cdk-nhi-lifecycle', vendor_name: 'cdk-nhi-lifecycle', version }, profiles: ['cloud'] },
    cloud: { provider: 'AWS', account: { uid: row.account, type_id: 10, type: 'AWS Account', ...(row.accountName === undefined ? {} : { name: row.accountName }) } },
  };
}

function inventoryInfo(row: InventoryRow, time: number): object {
  const { name, id, arn, type, kind, kindBecause, power, findings: _findings, account: _account, accountName: _name, ...rest } = row;
  return {
    category_uid: 5,
    category_name: 'Discovery',
    class_uid: 5003,
    class_name: 'User Inventory Info',
    activity_id: 2,
    activity_name: 'Collect',
    type_uid: 500302,
    type_name: 'User Inventory Info: Collect',
    severity_id: 1,
    severity: 'Informational',
    ...common(row, time),
    user: { name, uid: arn, uid_alt: id, ...(power.level === 'full' ? { type_id: 2, type: 'Admin' } : { type_id: 1, type: 'User' }), account: { uid: row.account } },
    unmapped: { identity_type: type, kind, kind_because: kindBecause, power, ...rest },
  };
}

function complianceFinding(row: InventoryRow, { owasp, rule, severity, detail }: Finding, time: number): object {
  const [severityId, severityName] = SEVERITY[severity];
  return {
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    activity_id: 1,
    activity_name: 'Create',
    type_uid: 200301,
    type_name: 'Compliance Finding: Create',
    severity_id: severityId,
    severity: severityName,
    ...common(row, time),
    compliance: { standards: [STANDARD], control: `${owasp}:2025`, status_id: 3, status: 'Fail' },
    finding_info: { uid: `${row.arn}/${rule}`, title: rule, desc: detail, types: [rule] },
    resources: [{ uid: row.arn, name: row.name, type: row.type }],
  };
}
