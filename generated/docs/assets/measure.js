/** Measure a file that the reader chose: pixels of pictures, length of sound and film. */

const PICTURES = new Set(["image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/avif"]);
const TIMED = new Set(["audio/wav", "audio/flac", "audio/ogg", "audio/mp4", "video/mp4", "video/quicktime"]);
const LONGEST_MS = 5000;

/**
 * Return what can be measured of a file.
 * @param {Blob} file
 * @param {string} type The media type that its first bytes show.
 * @returns {Promise<import("./rules.js").Facts>}
 */
export async function measureFile(file, type) {
  const nothing = { width: null, height: null, seconds: null };
  try {
    if (PICTURES.has(type)) {
      const picture = await createImageBitmap(file, { imageOrientation: "none" });
      const { width, height } = picture;
      picture.close();
      return { ...nothing, width, height };
    }
    return TIMED.has(type) ? { ...nothing, seconds: await duration(file, type) } : nothing;
  } catch {
    return nothing; // a file that this browser cannot read is left to the service
  }
}

function duration(file, type) {
  const player = document.createElement(type.startsWith("video/") ? "video" : "audio");
  const link = URL.createObjectURL(new Blob([file], { type }));
  return new Promise((resolve) => {
    const end = (seconds) => {
      clearTimeout(timer);
      player.removeAttribute("src");
      URL.revokeObjectURL(link);
      resolve(Number.isFinite(seconds) && seconds > 0 ? seconds : null);
    };
    const timer = setTimeout(() => end(NaN), LONGEST_MS);
    player.addEventListener("loadedmetadata", () => end(player.duration));
    player.addEventListener("error", () => end(NaN));
    player.preload = "metadata";
    player.src = link;
  });
}
