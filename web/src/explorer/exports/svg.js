// The scene as SVG, which needs neither a script nor a font of its own; the PNG is made from it.
import { isLoop } from '../board/bundles.js';
import { captionAt, dashes, faded, grounds, kindColor, LANE, loopOf, MANY_LINES, weights } from '../draw/palette.js';
import { boundsOf } from '../scene.js';
import { kindWords } from '../words.js';
import { xml } from './xml.js';

const MARGIN = { x: 110, y: 70 };
const number = (it) => it.toFixed(1);
/** About how wide a letter of a caption is. */
const LETTER = 5.8;

/** A document of the size of the scene, which `width` and `height` of the result tell. */
export function svg({ nodes, lines }, theme) {
  const ground = grounds[theme];
  const box = boundsOf(nodes);
  const [width, height] = [Math.ceil(box.width + 2 * MARGIN.x), Math.ceil(box.height + 2 * MARGIN.y)];
  const weight = weights(lines);
  const places = new Map(nodes.map((it) => [it.id, it]));
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${number(box.x - MARGIN.x)} ${number(box.y - MARGIN.y)} ${width} ${height}" font-family="system-ui, sans-serif" font-size="12.5">
<rect x="${number(box.x - MARGIN.x)}" y="${number(box.y - MARGIN.y)}" width="100%" height="100%" fill="${ground.paper}"/>
${lines.map((it) => edge({ ...it, ...weight(it) }, places.get(it.source), places.get(it.target), ground, lines.length <= MANY_LINES)).join('\n')}
${nodes.map((it) => node(it, theme)).join('\n')}
</svg>
`;
  return { text, width, height };
}

function node({ x, y, size, label, type, color, dim }, theme) {
  const ground = grounds[theme];
  const rim = `stroke="${ground.paper}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"`;
  const text = (content, down, style) => `<text x="${number(x)}" y="${number(y + size + 15 + down)}" text-anchor="middle" ${style} ${rim}>${xml(content)}</text>`;
  const names = label.map((it, index) => text(it, index * 14.5, `font-weight="500" fill="${ground.ink}"`));
  const kind = text(kindWords(type), label.length * 14.5 - 1, `font-size="10.5" fill="${ground.muted}"`);
  return `<g${dim ? ' opacity="0.35"' : ''}><circle cx="${number(x)}" cy="${number(y)}" r="${number(size)}" fill="${kindColor(theme, color)}"/>${names.join('')}${kind}</g>`;
}

function edge(it, source, target, ground, isRoomy) {
  const color = faded(it.disputed ? ground.disputed : it.marked ? ground.marked : ground.line, it.opacity);
  const parts = isLoop(it) ? loop(it, source, color, ground, isRoomy) : line(it, source, target, color, ground, isRoomy);
  return `<g${it.dim ? ' opacity="0.3"' : ''}>${parts.join('')}</g>`;
}

function loop(it, { x, y, size }, color, ground, isRoomy) {
  const { radius, lift } = loopOf(size, it.lane);
  return [
    `<circle cx="${number(x)}" cy="${number(y - lift)}" r="${number(radius)}" fill="none" ${stroke(it, color)}/>`,
    isRoomy ? caption(it, [x, y - lift - radius - 9], 0, ground) : '',
  ];
}

function line(it, source, target, color, ground, isRoomy) {
  const [dx, dy] = [target.x - source.x, target.y - source.y];
  const reach = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / reach, dy / reach];
  const shift = { x: uy * it.lane * LANE, y: -ux * it.lane * LANE };
  const size = 6 + it.width * 1.6;
  const at = (along) => [source.x + ux * along + shift.x, source.y + uy * along + shift.y];
  const [start, end] = [source.size, reach - target.size];
  const heads = { atSource: isRoomy && it.atSource, atTarget: isRoomy && it.atTarget };
  const [x1, y1] = at(start + (heads.atSource ? size * 0.8 : 0));
  const [x2, y2] = at(end - (heads.atTarget ? size * 0.8 : 0));
  const head = (tip, way) => {
    const [tx, ty] = at(tip);
    const [bx, by] = at(tip - way * size);
    return `<path d="M${number(tx)} ${number(ty)}L${number(bx + uy * size * 0.42)} ${number(by - ux * size * 0.42)}L${number(bx - uy * size * 0.42)} ${number(by + ux * size * 0.42)}Z" fill="${color}"/>`;
  };
  return [
    `<line x1="${number(x1)}" y1="${number(y1)}" x2="${number(x2)}" y2="${number(y2)}" ${stroke(it, color)}/>`,
    heads.atTarget ? head(end, 1) : '',
    heads.atSource ? head(start, -1) : '',
    isRoomy && end - start > it.label.length * LETTER + 20 ? caption(it, at(start + (end - start) * captionAt(it.lane)), Math.atan2(dy, dx), ground) : '',
  ];
}

function stroke({ dash, width }, color) {
  const plain = `stroke="${color}" stroke-width="${number(width)}"`;
  if (dash === 'dotted') return `${plain} stroke-dasharray="0.1 ${number(width + dashes.dotted[1])}" stroke-linecap="round"`;
  return dash === 'dashed' ? `${plain} stroke-dasharray="${dashes.dashed.join(' ')}"` : plain;
}

function caption({ label, disputed }, [x, y], angle, ground) {
  const upright = Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle;
  const width = label.length * LETTER;
  return `<g transform="translate(${number(x)} ${number(y)}) rotate(${number((upright * 180) / Math.PI)})"><rect x="${number(-width / 2)}" y="-6" width="${number(width)}" height="12" fill="${ground.paper}"/>`
    + `<text text-anchor="middle" dy="3.5" font-size="11" fill="${disputed ? ground.disputed : ground.muted}">${xml(label)}</text></g>`;
}
