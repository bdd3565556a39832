/** An element of a response in XML. */
export interface Xml {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Xml[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': '\'', '&amp;': '&' };

/** Reads what services of AWS respond: elements and text. Attributes, comments and declarations are left out. */
export function readXml(xml: string): Xml {
  const root = { name: '', text: '', children: [] as Xml[] };
  const open = [root];
  for (const [, end, name, isEmpty, text] of xml.matchAll(/<(\/?)([\w:.-]+)[^>]*?(\/?)>|([^<]+)/g)) {
    if (text !== undefined) {
      open.at(-1)!.text += text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => ENTITIES[entity]);
    } else if (end === '/') {
      if (open.length > 1) {
        open.pop();
      }
    } else {
      const element = { name, text: '', children: [] as Xml[] };
      open.at(-1)!.children.push(element);
      if (isEmpty !== '/') {
        open.push(element);
      }
    }
  }
  return root;
}

/** All elements with this name, wherever they are, but not those inside of one that is found. */
export function elements(xml: Xml, name: string): readonly Xml[] {
  return xml.children.flatMap((child) => (child.name === name ? [child] : elements(child, name)));
}

/** Text of the child with this name. */
export function textOf({ children }: Xml, name: string): string | undefined {
  return children.find((child) => child.name === name)?.text.trim();
}
