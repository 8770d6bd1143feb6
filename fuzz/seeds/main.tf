variable "name" {
  default = "logs"
}

locals {
  tags = { team = "shop", stage = var.name }
  open = ["10.0.0.0/8", "0.0.0.0/0"]
}

module "net" {
  source = "./net"
  count  = 2
  name   = local.tags.stage
}

resource "aws_s3_bucket" "known" {
  bucket = "${var.name}-${local.tags["team"]}"
  tags   = merge(local.tags, { "a b" = 1 })

  lifecycle_rule {
    enabled = true
    expiration { days = 30 }
  }

  dynamic "cors_rule" {
    for_each = toset(local.open)
    content {
      allowed_origins = [cors_rule.value]
    }
  }

  policy = <<-EOT
    {"Version": "2012-10-17", "Id": "${var.name}"}
  EOT
}

resource "aws_security_group" "web" {
  for_each = { a = 1, "b[\"]" = 2 }
  ingress {
    from_port   = 22
    cidr_blocks = local.open
  }
  ingress {
    from_port   = 443
    cidr_blocks = [for one in local.open : one if one != ""]
  }
}
