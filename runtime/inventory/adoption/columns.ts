/** What a person fills in for each identity that becomes an agent. */
export const ADOPTION_COLUMNS = [
  'how', 'agent_name', 'purpose', 'sponsor_name', 'sponsor_email', 'sponsor_backup', 'team', 'team_mailbox', 'stage', 'expires', 'on_removal', 'stack',
] as const;
export type AdoptionColumn = typeof ADOPTION_COLUMNS[number];

/** What a person filled in. A cell that is missing is empty. */
export type AdoptionCells = Readonly<Partial<Record<AdoptionColumn, string>>>;

/** How an identity becomes an agent: its role is adopted, or the agent gets a role of its own to which compute moves. */
export const WAYS = ['adopt', 'migrate'] as const;
export type Way = typeof WAYS[number];
