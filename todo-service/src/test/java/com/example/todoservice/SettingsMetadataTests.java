package com.example.todoservice;

import com.example.mtls.SettingsMetadata;

class SettingsMetadataTests extends SettingsMetadata {

}
