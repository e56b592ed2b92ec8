// The scene as GEXF 1.3, for Gephi and its kin: places and colors with it.
import { firstDay, lastDay } from '../dates.js';
import { kindColor } from '../draw/palette.js';
import { xml } from './xml.js';

const EDGE_ATTRIBUTES = [['modality', 'string'], ['disputed', 'boolean'], ['confidence', 'double'], ['origins', 'integer'], ['mentions', 'integer'], ['properties', 'string']];

export function gexf({ nodes, relationships }) {
  const attributes = EDGE_ATTRIBUTES.map(([title, type], id) => `      <attribute id="${id}" title="${title}" type="${type}"/>`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
  <graph defaultedgetype="directed" mode="dynamic" timeformat="date">
    <attributes class="node">
      <attribute id="0" title="type" type="string"/>
      <attribute id="1" title="aliases" type="string"/>
    </attributes>
    <attributes class="edge">
${attributes.join('\n')}
    </attributes>
    <nodes>
${nodes.map(node).join('\n')}
    </nodes>
    <edges>
${relationships.map(edge).join('\n')}
    </edges>
  </graph>
</gexf>
`;
}

function node({ id, name, type, aliases, x, y, size, color }) {
  const [red, green, blue] = kindColor('light', color).match(/[\da-f]{2}/g).map((it) => Number.parseInt(it, 16));
  return `      <node id="${xml(id)}" label="${xml(name)}">
        <attvalues><attvalue for="0" value="${xml(type)}"/><attvalue for="1" value="${xml(aliases.join(' | '))}"/></attvalues>
        <viz:position x="${x.toFixed(1)}" y="${(-y).toFixed(1)}" z="0.0"/><viz:size value="${size.toFixed(1)}"/><viz:color r="${red}" g="${green}" b="${blue}"/>
      </node>`;
}

function edge(it) {
  const from = it.validFrom ? ` start="${firstDay(it.validFrom)}"` : '';
  const to = it.validTo ? ` end="${lastDay(it.validTo)}"` : '';
  const values = EDGE_ATTRIBUTES.flatMap(([name], id) => {
    const value = name === 'properties' ? JSON.stringify(it.properties) : it[name];
    return value === null || value === undefined ? [] : [`<attvalue for="${id}" value="${xml(value)}"/>`];
  });
  return `      <edge id="${xml(it.id)}" source="${xml(it.source)}" target="${xml(it.target)}" label="${xml(it.type)}" kind="${xml(it.type)}"${from}${to}>
        <attvalues>${values.join('')}</attvalues>
      </edge>`;
}
