/** installClients: the programs of the suite, installed where they are missing. */
import { installFromPypi, installPackages, known, type Program } from "../../dev/programs/install";

export interface Programs {
  /** Debian's AWS CLI */
  aws: Program;
  /** the newest one of version 1, which came after the CLI's checksums became a default */
  newestAws: Program;
  s3cmd: Program;
  rclone: Program;
}

/** Installs what is missing, where this process may; else rejects with what to do. */
export const installClients = (): Programs => {
  installPackages({ "/usr/bin/aws": "awscli", "/usr/bin/s3cmd": "s3cmd", "/usr/bin/rclone": "rclone" });
  return {
    aws: known("/usr/bin/aws", "--version"),
    newestAws: known(installFromPypi("awscli", "awscli<2", "aws"), "--version"),
    s3cmd: known("/usr/bin/s3cmd", "--version"),
    rclone: known("/usr/bin/rclone", "version"),
  };
};
