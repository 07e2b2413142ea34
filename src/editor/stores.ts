/** A store that the connection's form knows: what it fills in, and why. */
export interface StoreChoice {
  id: string;
  name: string;
  /** What is filled in as Endpoint. REGION stands for the region; ACCOUNT and HOST are for the user to replace. */
  endpoint: string;
  /** Which endpoints are this store's, as a regular expression of their host and port. */
  host: string;
  /** What is filled in as Region where there is none yet; "" leaves it to the user. */
  region: string;
  /** Suggestions; any other is taken too. */
  regions: readonly string[];
  pathStyle: "auto" | "always" | "never";
  checksums: "auto" | "always" | "required";
  /** Why each value is what it is. */
  why: Readonly<Record<"endpoint" | "region" | "pathStyle" | "checksums", string>>;
}

const auto = {
  pathStyle: "auto",
  checksums: "auto",
} as const;

const asAnyEndpoint = "with an endpoint, auto puts the bucket into the path, which every store takes";
const onlyRequired = "with an endpoint, auto sends only those that S3 requires, which every store takes";

/** The stores that the connection's form offers, in its order. The last one is all others. */
export const stores: readonly StoreChoice[] = [
  {
    id: "aws",
    name: "Amazon S3",
    endpoint: "",
    host: "^$",
    region: "",
    // docs.aws.amazon.com/general/latest/gr/s3.html
    regions: [
      "us-east-1",
      "us-east-2",
      "us-west-1",
      "us-west-2",
      "ca-central-1",
      "ca-west-1",
      "mx-central-1",
      "sa-east-1",
      "eu-central-1",
      "eu-central-2",
      "eu-north-1",
      "eu-south-1",
      "eu-south-2",
      "eu-west-1",
      "eu-west-2",
      "eu-west-3",
      "af-south-1",
      "il-central-1",
      "me-central-1",
      "me-south-1",
      "ap-east-1",
      "ap-northeast-1",
      "ap-northeast-2",
      "ap-northeast-3",
      "ap-south-1",
      "ap-south-2",
      "ap-southeast-1",
      "ap-southeast-2",
      "ap-southeast-3",
      "ap-southeast-4",
      "ap-southeast-5",
      "ap-southeast-7",
      "us-gov-east-1",
      "us-gov-west-1",
      "cn-north-1",
      "cn-northwest-1",
    ],
    ...auto,
    why: {
      endpoint: "the region says it all",
      region: "each bucket is in one, and other regions refuse it",
      pathStyle: "auto gives each bucket its own host, as AWS wants",
      checksums: "auto sends them always: AWS checks what arrives",
    },
  },
  {
    id: "minio",
    name: "MinIO",
    endpoint: "http://HOST:9000",
    host: ":9000$",
    region: "us-east-1",
    regions: ["us-east-1"],
    ...auto,
    why: {
      endpoint: "9000 is the port that its server takes unless told otherwise",
      region: "its default; another one is refused where the server was given one",
      pathStyle: asAnyEndpoint,
      checksums: onlyRequired,
    },
  },
  {
    id: "ceph",
    name: "Ceph (RGW)",
    endpoint: "http://HOST:7480",
    host: ":7480$",
    region: "us-east-1",
    regions: ["us-east-1", "default"],
    ...auto,
    why: {
      endpoint: "7480 is the gateway's default port; many put a proxy before it",
      region: "any is taken",
      pathStyle: asAnyEndpoint,
      checksums: "16.2 refuses uploads whose checksum follows the data",
    },
  },
  {
    id: "r2",
    name: "Cloudflare R2",
    endpoint: "https://ACCOUNT.r2.cloudflarestorage.com",
    host: "\\.r2\\.cloudflarestorage\\.com$",
    region: "auto",
    regions: ["auto"],
    ...auto,
    why: {
      endpoint: "developers.cloudflare.com/r2/api/s3/api: the account's id comes first",
      region: "it knows no other",
      pathStyle: asAnyEndpoint,
      checksums: onlyRequired,
    },
  },
  {
    id: "b2",
    name: "Backblaze B2",
    endpoint: "https://s3.REGION.backblazeb2.com",
    host: "^s3\\.[^.]+\\.backblazeb2\\.com$",
    region: "",
    regions: ["us-west-001", "us-west-002", "us-west-004", "us-east-005", "eu-central-003", "ca-east-006"],
    ...auto,
    why: {
      endpoint: "backblaze.com/docs/cloud-storage-s3-compatible-api: the bucket's page shows it",
      region: "the same as in the endpoint",
      pathStyle: asAnyEndpoint,
      checksums: onlyRequired,
    },
  },
  {
    id: "wasabi",
    name: "Wasabi",
    endpoint: "https://s3.REGION.wasabisys.com",
    host: "^s3(\\.[^.]+)?\\.wasabisys\\.com$",
    region: "",
    // docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions-2
    regions: [
      "us-east-1",
      "us-east-2",
      "us-central-1",
      "us-west-1",
      "ca-central-1",
      "eu-central-1",
      "eu-central-2",
      "eu-west-1",
      "eu-west-2",
      "eu-west-3",
      "eu-south-1",
      "ap-northeast-1",
      "ap-northeast-2",
      "ap-southeast-1",
      "ap-southeast-2",
    ],
    ...auto,
    why: {
      endpoint: "docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions-2",
      region: "the same as in the endpoint",
      pathStyle: "docs.wasabi.com/docs/rest-api-introduction recommends path style, which is auto with an endpoint",
      checksums: onlyRequired,
    },
  },
  {
    id: "spaces",
    name: "DigitalOcean Spaces",
    endpoint: "https://REGION.digitaloceanspaces.com",
    host: "^[^.]+\\.digitaloceanspaces\\.com$",
    region: "",
    regions: ["nyc3", "sfo2", "sfo3", "ams3", "fra1", "lon1", "sgp1", "blr1", "syd1", "tor1", "atl1", "ric1"],
    ...auto,
    why: {
      endpoint: "docs.digitalocean.com/products/spaces/reference/aws-sdks",
      region: "the same as in the endpoint",
      pathStyle: asAnyEndpoint,
      checksums: onlyRequired,
    },
  },
  {
    id: "gcs",
    name: "Google Cloud Storage",
    endpoint: "https://storage.googleapis.com",
    host: "^storage\\.googleapis\\.com$",
    region: "auto",
    regions: ["auto"],
    ...auto,
    checksums: "required",
    why: {
      endpoint: "docs.cloud.google.com/storage/docs/aws-simple-migration; the keys are an HMAC key's",
      region: "it is not looked at",
      pathStyle: asAnyEndpoint,
      checksums: "others are refused (github.com/milvus-io/milvus-storage/pull/480)",
    },
  },
  {
    id: "other",
    name: "another store",
    endpoint: "",
    host: "",
    region: "",
    regions: ["us-east-1"],
    ...auto,
    why: {
      endpoint: "its documentation names it",
      region: "most stores that know no regions take us-east-1",
      pathStyle: asAnyEndpoint,
      checksums: onlyRequired,
    },
  },
];
