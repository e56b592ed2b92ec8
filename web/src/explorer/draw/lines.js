// A program for sigma that draws lines solid, dashed or dotted, beside each other, with heads: one rectangle a line,
// in which every pixel knows how far along and how far aside it is.
import { EdgeProgram } from 'sigma/rendering';
import { floatColor } from 'sigma/utils';
import { LANE } from './palette.js';
import { setUniforms, STROKES, STYLES, UNIFORMS } from './strokes.js';

const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;

const VERTEX = `
attribute vec2 a_start;
attribute vec2 a_end;
attribute vec4 a_color;
attribute vec4 a_id;
attribute vec4 a_shape; // thickness, lane, style, heads
attribute vec2 a_radii;
attribute vec2 a_corner; // along 0 or 1, aside -1 or 1
uniform mat3 u_matrix;
uniform vec2 u_resolution;
uniform float u_scale;
uniform float u_pixelRatio;
varying vec4 v_color;
varying vec2 v_place;
varying vec3 v_shape;
varying vec2 v_ends;
varying float v_heads;

void main() {
  vec2 start = (u_matrix * vec3(a_start, 1.0)).xy * 0.5 * u_resolution;
  vec2 end = (u_matrix * vec3(a_end, 1.0)).xy * 0.5 * u_resolution;
  vec2 way = end - start;
  float reach = max(length(way), 0.001);
  vec2 aside = vec2(-way.y, way.x) / reach;
  float thickness = max(a_shape.x * u_scale, 0.7 * u_pixelRatio);
  float margin = thickness * 0.5 + 6.0 * u_pixelRatio;
  vec2 place = mix(start, end, a_corner.x) + aside * (a_shape.y * u_scale + a_corner.y * margin);
  gl_Position = vec4(place * 2.0 / u_resolution, 0.0, 1.0);
  v_place = vec2(a_corner.x * reach, a_corner.y * margin);
  v_shape = vec3(thickness, a_shape.z, u_pixelRatio);
  v_ends = vec2(a_radii.x * u_scale, reach - a_radii.y * u_scale);
  v_heads = a_shape.w;
#ifdef PICKING_MODE
  v_color = a_id;
#else
  v_color = a_color;
#endif
  v_color.a *= 255.0 / 254.0;
}`;

const FRAGMENT = `
precision highp float;
varying vec4 v_color;
varying vec2 v_place;
varying vec3 v_shape;
varying vec2 v_ends;
varying float v_heads;
${STROKES}

float head(float along, float aside, float size) {
  return inside(max(abs(aside) - along * 0.42, along - size)) * step(0.0, along);
}

void main() {
  float along = v_place.x;
  float aside = v_place.y;
#ifdef PICKING_MODE
  if (along < v_ends.x || along > v_ends.y) discard;
  gl_FragColor = v_color;
#else
  float thickness = v_shape.x;
  float pixel = v_shape.z;
  float size = 6.0 * pixel + thickness * 1.6;
  bool atEnd = mod(v_heads, 2.0) > 0.5;
  bool atStart = v_heads > 1.5;
  float from = v_ends.x + (atStart ? size * 0.8 : 0.0);
  float to = v_ends.y - (atEnd ? size * 0.8 : 0.0);
  float line = stroke(along - from, aside, thickness, v_shape.y, pixel) * inside(max(from - along, along - to));
  float cover = line;
  if (atEnd) cover = max(cover, head(v_ends.y - along, aside, size));
  if (atStart) cover = max(cover, head(along - v_ends.x, aside, size));
  if (cover < 0.01) discard;
  gl_FragColor = premultiplied(v_color, cover);
#endif
}`;

export class LineProgram extends EdgeProgram {
  getDefinition() {
    return {
      VERTICES: 6,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        { name: 'a_start', size: 2, type: FLOAT },
        { name: 'a_end', size: 2, type: FLOAT },
        { name: 'a_color', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_shape', size: 4, type: FLOAT },
        { name: 'a_radii', size: 2, type: FLOAT },
      ],
      CONSTANT_ATTRIBUTES: [{ name: 'a_corner', size: 2, type: FLOAT }],
      CONSTANT_DATA: [[0, 1], [0, -1], [1, 1], [1, 1], [0, -1], [1, -1]],
    };
  }

  processVisibleItem(id, at, source, target, { size, color, line, hasHeads }) {
    const heads = hasHeads ? (line.atTarget ? 1 : 0) + (line.atSource ? 2 : 0) : 0;
    this.array.set([source.x, source.y, target.x, target.y, floatColor(color), id, size, line.lane * LANE, STYLES[line.dash], heads, source.size, target.size], at);
  }

  setUniforms(camera, program) {
    setUniforms(camera, program);
  }
}
