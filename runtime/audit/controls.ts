/** Frameworks, in the order of the columns of docs/controls.md. */
export const FRAMEWORKS = ['NIST 800-53', 'SOC 2', 'ISO 27001', 'PCI DSS', 'DORA'] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** A part of the registry, with the controls that it serves. docs/controls.md is made from it. */
interface ControlledPart {
  /** In Markdown. */
  readonly part: string;
  readonly controls: Readonly<Record<Framework, readonly string[]>>;
  /** In Markdown. */
  readonly evidence: string;
}

export const CONTROLLED = {
  'joiner': {
    part: '[joiner](guide/aws.md): one role for each agent and stage, with purpose, sponsor and end; a name is never given to two agents at once, and a role that is created again is another principal',
    controls: { 'NIST 800-53': ['AC-2 a-f', 'IA-4'], 'SOC 2': ['CC6.1', 'CC6.2'], 'ISO 27001': ['A.5.16'], 'PCI DSS': ['7.2.5'], 'DORA': ['RTS Art. 20'] },
    evidence: 'event `joined`, state in the ledger',
  },
  'guards': {
    part: '[guards and access rules](permissions.md): least privilege, no identity administration, no other stage\'s resources',
    controls: { 'NIST 800-53': ['AC-6'], 'SOC 2': ['CC6.1', 'CC6.3'], 'ISO 27001': ['A.5.15', 'A.8.2'], 'PCI DSS': ['7.2.5'], 'DORA': ['RTS Art. 21 (a), (d)'] },
    evidence: 'template, managed policies, event `access-changed`',
  },
  'end': {
    part: 'end of each agent, enforced by policies without our code',
    controls: { 'NIST 800-53': ['AC-2 (2)', 'AC-2 (3)'], 'SOC 2': ['CC6.2', 'CC6.3'], 'ISO 27001': ['A.5.18'], 'PCI DSS': ['7.2.5'], 'DORA': ['RTS Art. 21 (e) (iii)'] },
    evidence: 'event `expired`',
  },
  'mover': {
    part: 'mover: the old principal is denied before the new one gets access, where the stage says so',
    controls: { 'NIST 800-53': ['AC-2 f', 'AC-6'], 'SOC 2': ['CC6.3'], 'ISO 27001': ['A.5.18'], 'PCI DSS': ['7.2.5'], 'DORA': ['RTS Art. 21 (e)'] },
    evidence: 'events `moved`, `principal-retired`',
  },
  'leaver': {
    part: 'leaver: access, sessions, keys and the agent\'s own secrets are removed, and searched for again',
    controls: { 'NIST 800-53': ['AC-2 f', 'AC-2 h', 'IA-4', 'IA-5'], 'SOC 2': ['CC6.2', 'CC6.3'], 'ISO 27001': ['A.5.17', 'A.5.18'], 'PCI DSS': ['7.2.5', '8.6'], 'DORA': ['RTS Art. 21 (e) (iii)'] },
    evidence: 'decommission certificate, event `left`',
  },
  'keys': {
    part: 'no long-lived keys: agents assume roles; an access key or an API key of Bedrock needs a stage that allows it, a reason and an end, and is rotated by the registry',
    controls: { 'NIST 800-53': ['IA-5'], 'SOC 2': ['CC6.1'], 'ISO 27001': ['A.5.17'], 'PCI DSS': ['8.6.1', '8.6.2'], 'DORA': ['RTS Art. 20'] },
    evidence: 'template, event `access-key-changed`, exceptions of the report; keys made by hand are found when the agent leaves',
  },
  'third-parties': {
    part: '[access outside of AWS](guide/third-parties.md): revoked by declaration when the agent leaves, and open until it is seen or attested',
    controls: { 'NIST 800-53': ['AC-2 f', 'AC-2 h', 'AC-20'], 'SOC 2': ['CC6.2', 'CC6.3'], 'ISO 27001': ['A.5.18'], 'PCI DSS': ['7.2.5'], 'DORA': ['RTS Art. 21 (e) (iii)'] },
    evidence: 'events `revocation-confirmed`, `revocation-open`, `revocations-certified`, decommission certificate with its third part',
  },
  'guardrails': {
    part: '[guardrails](guide/guardrails.md): what is outside of the lifecycle, or against the rules, is found at synthesis and denied by the organization',
    controls: { 'NIST 800-53': ['AC-6', 'CM-6'], 'SOC 2': ['CC6.1', 'CC8.1'], 'ISO 27001': ['A.5.15', 'A.8.9'], 'PCI DSS': ['7.2.5'], 'DORA': ['RTS Art. 21 (a)'] },
    evidence: 'findings with acknowledgements, their reasons and ends; service control policies',
  },
  'suspension': {
    part: '[suspension](guide/aws.md) and its drill',
    controls: { 'NIST 800-53': ['AC-2 (13)', 'AC-6'], 'SOC 2': ['CC6.3'], 'ISO 27001': ['A.5.18'], 'PCI DSS': ['7.2.5.1'], 'DORA': ['RTS Art. 21 (e)'] },
    evidence: 'events `suspended`, `resumed`, snapshot, metric `SuspensionLatency`',
  },
  'unused': {
    part: '[unused agents](guide/operators.md) are found',
    controls: { 'NIST 800-53': ['AC-2 (3)', 'AC-6 (7)'], 'SOC 2': ['CC6.2'], 'ISO 27001': ['A.5.18'], 'PCI DSS': ['7.2.5.1'], 'DORA': ['RTS Art. 21 (e) (iv)'] },
    evidence: 'event `zombie-found`',
  },
  'drift': {
    part: '[drift and orphans](guide/operators.md): changes by hand, and roles that belong to no agent',
    controls: { 'NIST 800-53': ['AC-2 g', 'AC-6'], 'SOC 2': ['CC6.1', 'CC6.3'], 'ISO 27001': ['A.5.15', 'A.8.2'], 'PCI DSS': ['7.2.5.1'], 'DORA': ['RTS Art. 21 (d)'] },
    evidence: 'events `drift-found`, `nhi.registry.orphan-found.v1`',
  },
  'reviews': {
    part: '[reviews](guide/aws.md#review-access): the sponsor keeps, reduces or ends access; silence never keeps it',
    controls: { 'NIST 800-53': ['AC-2 j', 'AC-6 (7)'], 'SOC 2': ['CC6.2', 'CC6.3'], 'ISO 27001': ['A.5.18', 'A.8.2'], 'PCI DSS': ['7.2.4', '7.2.5.1'], 'DORA': ['RTS Art. 21 (e) (iv)'] },
    evidence: 'events `review-due`, `review-decided`, `reduced`, `certified`; what was shown',
  },
  'approval': {
    part: '[approval of a promotion](guide/aws.md#approve-a-promotion), where the stage says so: an accountable person agrees to exactly what is granted, before it is',
    controls: { 'NIST 800-53': ['AC-2 e', 'AC-5', 'AC-6', 'CM-3'], 'SOC 2': ['CC6.2', 'CC6.3', 'CC8.1'], 'ISO 27001': ['A.5.3', 'A.5.18', 'A.8.2', 'A.8.32'], 'PCI DSS': ['7.2.3', '7.2.5'], 'DORA': ['RTS Art. 21 (b), (e)'] },
    evidence: 'events `approval-requested`, `approved`, `approval-declined`, `approval-used` with the digest, who, why and how that was proven',
  },
  'campaigns': {
    part: '[campaigns](guide/aws.md#review-all-agents-at-one-time): all agents at one point in time, with proof that none is missing',
    controls: { 'NIST 800-53': ['AC-2 j', 'AC-6 (7)'], 'SOC 2': ['CC6.2', 'CC6.3'], 'ISO 27001': ['A.5.18'], 'PCI DSS': ['7.2.4', '7.2.5.1'], 'DORA': ['RTS Art. 21 (e) (iv)'] },
    evidence: 'manifest with its pages, signed package',
  },
  'second-reviewer': {
    part: '[a second reviewer](guide/aws.md#review-access) for a sample, who does not see the first decision, and the alarm on rubber-stamping',
    controls: { 'NIST 800-53': ['AC-2 j', 'AC-5'], 'SOC 2': ['CC6.3', 'CC4.1'], 'ISO 27001': ['A.5.3', 'A.5.18'], 'PCI DSS': ['7.2.5.1'], 'DORA': ['RTS Art. 21 (e) (iv)'] },
    evidence: '`differed` of `certified` and of the package; event `rubber-stamp-suspected`',
  },
  'acknowledgement': {
    part: '[management\'s acknowledgement](guide/aws.md#review-all-agents-at-one-time) of a campaign',
    controls: { 'NIST 800-53': ['CA-6', 'AC-2 j'], 'SOC 2': ['CC1.2', 'CC4.1'], 'ISO 27001': ['A.5.18'], 'PCI DSS': ['7.2.4', '7.2.5.1'], 'DORA': [] },
    evidence: 'signed acknowledgement of the package; `nhi campaign verify` and `status`',
  },
  'risk-analysis': {
    part: '`targetedRiskAnalysis` of a stage: why it is reviewed as often as it is',
    controls: { 'NIST 800-53': ['RA-3'], 'SOC 2': ['CC3.2'], 'ISO 27001': ['A.5.18'], 'PCI DSS': ['7.2.5.1', '12.3.1'], 'DORA': [] },
    evidence: 'profile of the stage; status and package of each campaign',
  },
  'chain': {
    part: 'chain of events, copied to a bucket with Object Lock, and `nhi verify`',
    controls: { 'NIST 800-53': ['AU-9', 'AU-10'], 'SOC 2': ['CC7.2'], 'ISO 27001': ['A.8.15'], 'PCI DSS': ['10.3'], 'DORA': ['RTS Art. 12'] },
    evidence: 'hashes, copies, exit code',
  },
} as const satisfies Readonly<Record<string, ControlledPart>>;
export type PartName = keyof typeof CONTROLLED;

/** The controls of some parts, by framework, each once. Frameworks without one are left out. */
export function controlsOf(parts: readonly PartName[]): { readonly framework: Framework; readonly controls: readonly string[] }[] {
  const named = (framework: Framework): string[] => [...new Set<string>(parts.flatMap((part) => CONTROLLED[part].controls[framework]))].sort();
  return FRAMEWORKS.map((framework) => ({ framework, controls: named(framework) })).filter(({ controls }) => controls.length > 0);
}

/** The table of docs/controls.md. */
export function controlsTable(): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = Object.values(CONTROLLED).map(({ part, controls, evidence }: ControlledPart) => (
    row([part, ...FRAMEWORKS.map((framework) => controls[framework].join(', ') || '-'), evidence])));
  return [row(['part', ...FRAMEWORKS, 'evidence']), '|---|---|---|---|---|---|---|', ...rows].join('\n');
}
