/** CloudEvents type of the event that a sweep did not suspend or remove agents, because they were too many. It is about the registry, not about one agent. */
export const SWEEP_HELD_TYPE = 'nhi.registry.sweep-held.v1';

/** CloudEvents type of the event that a sweep found an operator's approval of a list that was held back. */
export const SWEEP_APPROVED_TYPE = 'nhi.registry.sweep-approved.v1';

/** CloudEvents type of the event that the registry's path has a role that belongs to no agent. */
export const ORPHAN_ROLE_TYPE = 'nhi.registry.orphan-found.v1';
