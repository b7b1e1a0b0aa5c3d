import type { Pixels } from "./resize.js";

/** Weights of red, green and blue in linear light (ITU-R BT.709). */
const shares = [0.2126, 0.7152, 0.0722] as const;

const toLinear = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

function fromLinear(light: number): number {
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * value);
}

/** Red, green, blue and opacity with so many channels: 1 is grey, 3 leaves the opacity out, 4 keeps it. */
export function withChannels(picture: Pixels, channels: number): Pixels {
  if (picture.channels === channels) return picture;
  const pixels = picture.width * picture.height;
  const values = new Uint8Array(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    const from = picture.values.subarray(i * picture.channels, i * picture.channels + 3);
    if (channels === 1) values[i] = grey(from[0], from[1], from[2]);
    else values.set(from, i * channels);
  }
  return { ...picture, channels, values };
}

function grey(red: number, green: number, blue: number): number {
  if (red === green && green === blue) return red;
  return fromLinear(shares[0] * toLinear[red] + shares[1] * toLinear[green] + shares[2] * toLinear[blue]);
}
