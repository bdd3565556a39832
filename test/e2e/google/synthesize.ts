import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { programs } from './programs';
import { PROGRAMS_CONTEXT } from '../../../src/google/teardown/program-files';

const EXAMPLES = join(__dirname, '..', '..', '..', 'examples');

/** Synthesizes one stack and returns the folder that Terraform runs in. */
export async function synthesize(outdir: string, fill: (stack: TerraformStack) => void): Promise<string> {
  const context = { [PROGRAMS_CONTEXT]: await programs };
  onAnyDay(() => {
    const app = new App({ outdir, context });
    const stack = new TerraformStack(app, 'agents');
    new GoogleProvider(stack, 'google', { region: 'europe-west1' });
    fill(stack);
    app.synth();
  });
  return stacksIn(outdir)[0];
}

/** Synthesizes an app of the examples, such as `google-fleet/app`, and returns the folders of its stacks in their order. */
export async function synthesizeExample(outdir: string, app: string): Promise<string[]> {
  process.env.CDKTF_OUTDIR = outdir;
  process.env.CDKTF_CONTEXT_JSON = JSON.stringify({ [PROGRAMS_CONTEXT]: await programs });
  try {
    onAnyDay(() => jest.isolateModules(() => {
      // An app runs when it is loaded.
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the name is only known here, and loading must be synchronous
      require(join(EXAMPLES, app));
    }));
  } finally {
    delete process.env.CDKTF_OUTDIR;
    delete process.env.CDKTF_CONTEXT_JSON;
  }
  return stacksIn(outdir);
}

/** Synthesizes although the agents' fixed ends may be further ahead than their stages allow. The refusal has a test of its own. */
function onAnyDay(synthesis: () => void): void {
  process.env.CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS = 'true';
  try {
    synthesis();
  } finally {
    delete process.env.CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS;
  }
}

function stacksIn(outdir: string): string[] {
  const { stacks } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as { stacks: Record<string, { synthesizedStackPath: string }> };
  return Object.values(stacks).map(({ synthesizedStackPath }) => {
    const path = join(outdir, synthesizedStackPath);
    // CDKTF puts the state into the folder it was started in, which is the repository here.
    const { terraform: { backend: _backend, ...terraform }, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify({ terraform, ...rest }));
    return dirname(path);
  });
}
