// What the programs for lines and for loops have in common: strokes that are solid, dashed or dotted, in GLSL.
import { dashes } from './palette.js';

export const STYLES = { solid: 0, dashed: 1, dotted: 2 };
const float = (it) => it.toFixed(2);

export const STROKES = `
/** How much of the pixel lies inside, by its distance from the border. */
float inside(float distance) { return 1.0 - smoothstep(-0.6, 0.6, distance); }

/** How much of the pixel a stroke covers that begins at 0. */
float stroke(float along, float aside, float thickness, float style, float pixel) {
  float cover = inside(abs(aside) - thickness * 0.5);
  if (style < 0.5) return cover;
  bool dotted = style > 1.5;
  float on = dotted ? max(${float(dashes.dotted[0])} * pixel, thickness) : ${float(dashes.dashed[0])} * pixel;
  float period = on + (dotted ? ${float(dashes.dotted[1])} : ${float(dashes.dashed[1])}) * pixel;
  return cover * inside(abs(mod(along, period) - on * 0.5) - on * 0.5);
}

vec4 premultiplied(vec4 color, float cover) {
  float alpha = color.a * cover;
  return vec4(color.rgb * alpha, alpha);
}`;

/** What sigma's camera gives every program for edges. */
export const UNIFORMS = ['u_matrix', 'u_resolution', 'u_scale', 'u_pixelRatio'];

export function setUniforms({ matrix, width, height, pixelRatio, sizeRatio }, { gl, uniformLocations }) {
  gl.uniformMatrix3fv(uniformLocations.u_matrix, false, matrix);
  gl.uniform2f(uniformLocations.u_resolution, width * pixelRatio, height * pixelRatio);
  gl.uniform1f(uniformLocations.u_scale, pixelRatio / sizeRatio);
  gl.uniform1f(uniformLocations.u_pixelRatio, pixelRatio);
}
