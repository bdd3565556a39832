import { ResidueKind } from '../../../src/contract/residue';

/**
 * A statement that a wiper adds to the engine's role. Its resources are ARNs with the placeholders `{partition}`, `{region}`, `{account}`,
 * `{registry}` (the registry's name) and `{path}` (the path of its principals, with a slash at both ends).
 */
export interface WiperStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Set if only a registry that wipes this kind of residue has the statement; `every` if every registry has it, in the policy for residue. */
  readonly of?: ResidueKind | 'every';
  /** Whether it is limited to resources with the tag of the registry, which the agents' constructs set. */
  readonly ofTagged?: true;
}
