import yargs, { type CommandModule } from "yargs";

/** `pidreg completion`: a script for the shell. */
export const command: CommandModule = {
  command: "completion",
  describe: "print a script by which bash or zsh completes commands and options",
  builder: (yargs) =>
    yargs
      .example("pidreg completion >> ~/.bashrc", "bash; a new terminal knows them")
      .example("pidreg completion >> ~/.zshrc", "zsh")
      .epilogue("The shell of the environment variable SHELL is written for. The program must be found as `pidreg`."),
  handler: () => {
    yargs().scriptName("pidreg").completion("completion").showCompletionScript();
  },
};
