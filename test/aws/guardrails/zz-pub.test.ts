import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { AgentGuardrails } from 'cdk-nhi-lifecycle';
test('x', () => {
  const OUT = process.env.PUBOUT ?? '/tmp/guardrails/out';
  const lines: string[] = [];
  for (const name of readdirSync(OUT)) {
    const dir = join(OUT, name);
    if (!existsSync(join(dir, 'manifest.json'))) continue;
    const paths = (readdirSync(dir, { recursive: true }) as string[]).filter((f) => f.endsWith('.template.json') && !f.includes('nested')).map((f) => join(dir, f));
    const r = new AgentGuardrails().validate({ templatePaths: paths } as any);
    lines.push(`== ${name}: ${r.violations.length}`, ...r.violations.map((v) => `   ${v.severity} ${v.ruleName} ${v.violatingResources.map((x) => x.resourceLogicalId)} ${v.description.split(': ').slice(0, 2).join(': ').slice(0, 200)}`));
  }
  require('node:fs').writeFileSync('/tmp/guardrails/pub-report.txt', lines.join('\n'));
});
