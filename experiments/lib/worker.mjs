/* A process of the pool: imports the study's script and answers each cell with its result. */
const { runCell } = await import(process.argv[2]);

process.on("message", async (cell) => {
  try {
    process.send({ result: await runCell(cell) });
  } catch (error) {
    process.send({ error: error.stack });
  }
});

// the pool is gone: nobody waits for the result
process.on("disconnect", () => process.exit(1));
