// A program for sigma that draws the relationships of an entity to itself: a ring above it, in a square of which every
// pixel knows how far from the middle it is.
import { EdgeProgram } from 'sigma/rendering';
import { floatColor } from 'sigma/utils';
import { loopOf } from './palette.js';
import { setUniforms, STROKES, STYLES, UNIFORMS } from './strokes.js';

const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;

const VERTEX = `
attribute vec2 a_place;
attribute vec4 a_color;
attribute vec4 a_id;
attribute vec4 a_shape; // thickness, style, radius, lift
attribute vec2 a_corner; // -1 or 1 each
uniform mat3 u_matrix;
uniform vec2 u_resolution;
uniform float u_scale;
uniform float u_pixelRatio;
varying vec4 v_color;
varying vec2 v_place;
varying vec4 v_shape;

void main() {
  float thickness = max(a_shape.x * u_scale, 0.7 * u_pixelRatio);
  float radius = a_shape.z * u_scale;
  float margin = thickness * 0.5 + 5.0 * u_pixelRatio;
  v_place = a_corner * (radius + margin);
  v_shape = vec4(thickness, a_shape.y, radius, u_pixelRatio);
  vec2 middle = (u_matrix * vec3(a_place, 1.0)).xy * 0.5 * u_resolution + vec2(0.0, a_shape.w * u_scale);
  gl_Position = vec4((middle + v_place) * 2.0 / u_resolution, 0.0, 1.0);
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
varying vec4 v_shape;
${STROKES}

void main() {
  float radius = v_shape.z;
  float aside = length(v_place) - radius;
#ifdef PICKING_MODE
  if (abs(aside) > v_shape.x * 0.5 + 5.0 * v_shape.w) discard;
  gl_FragColor = v_color;
#else
  float along = (atan(v_place.x, -v_place.y) + 3.1416) * radius;
  float cover = stroke(along, aside, v_shape.x, v_shape.y, v_shape.w);
  if (cover < 0.01) discard;
  gl_FragColor = premultiplied(v_color, cover);
#endif
}`;

export class LoopProgram extends EdgeProgram {
  getDefinition() {
    return {
      VERTICES: 6,
      VERTEX_SHADER_SOURCE: VERTEX,
      FRAGMENT_SHADER_SOURCE: FRAGMENT,
      METHOD: TRIANGLES,
      UNIFORMS,
      ATTRIBUTES: [
        { name: 'a_place', size: 2, type: FLOAT },
        { name: 'a_color', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_id', size: 4, type: UNSIGNED_BYTE, normalized: true },
        { name: 'a_shape', size: 4, type: FLOAT },
      ],
      CONSTANT_ATTRIBUTES: [{ name: 'a_corner', size: 2, type: FLOAT }],
      CONSTANT_DATA: [[-1, 1], [-1, -1], [1, 1], [1, 1], [-1, -1], [1, -1]],
    };
  }

  processVisibleItem(id, at, { x, y, size: nodeSize }, _, { size, color, line }) {
    const { radius, lift } = loopOf(nodeSize, line.lane);
    this.array.set([x, y, floatColor(color), id, size, STYLES[line.dash], radius, lift], at);
  }

  setUniforms(camera, program) {
    setUniforms(camera, program);
  }
}
