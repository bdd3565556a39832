/** A notice as the layouts show it. Every text in it is safe to read, and not yet escaped for HTML. */
export interface Section {
  readonly heading: string;
  readonly what: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
  readonly toDo?: string;
  /** Address of the registry's own page: the only address that is shown as a link. */
  readonly link?: string;
}

export interface Page {
  readonly title: string;
  readonly intro: string;
  readonly sections: readonly Section[];
  /** Further notices, as their headings only. */
  readonly further: readonly string[];
  /** How many notices are not even listed. */
  readonly omitted: number;
  readonly footer: string;
}
