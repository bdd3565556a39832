import fc from 'fast-check';
import { elements, readXml, textOf } from '../../../../runtime/aws/plain-calls';

test('elements, their texts and entities', () => {
  const root = readXml('<?xml version="1.0"?>\n<R xmlns="x"><List>\n  <member><A>1 &lt;&amp;amp;&gt;</A><B/></member><member><A> 2 </A><member>inner</member></member>\n</List></R>');
  const members = elements(root, 'member');

  expect(members.map((member) => textOf(member, 'A'))).toEqual(['1 <&amp;>', '2']);
  expect([textOf(members[0], 'B'), textOf(members[0], 'C')]).toEqual(['', undefined]);
});

test.each(['', '</R>', '<R><A>', '<R', 'text', '<R></Other></R></R>'])('what is no XML, %j, is read as far as it goes', (text) => {
  expect(elements(readXml(text), 'member')).toEqual([]);
});

test('a text cannot become an element', () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    const [name, ...others] = elements(readXml(`<R><Name>${escaped}</Name></R>`), 'Name');
    expect([name.text, name.children, others]).toEqual([text, [], []]);
  }));
});
